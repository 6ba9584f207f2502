import { Trans } from "@lingui/react/macro";
import { useState } from "react";
import { preferences } from "../preferences/preferences";
import { useStore } from "../store/store";

/** What the browser says of notifications; a page without a safe address has none at all. */
function permission(): NotificationPermission | "absent" {
  return "Notification" in window ? Notification.permission : "absent";
}

/** Asks for the browser's permission, and only when a person turns it on. */
export function BrowserSwitch() {
  const { notifies } = useStore(preferences);
  const [allowed, setAllowed] = useState(permission);
  const turn = async (isOn: boolean) => {
    if (isOn && permission() === "default") await Notification.requestPermission();
    setAllowed(permission());
    preferences.update({ notifies: isOn && permission() === "granted" });
  };
  const isOn = notifies && allowed === "granted";
  if (allowed === "absent")
    return (
      <p className="muted small">
        <Trans>This browser has no notifications here; notices appear in the page alone.</Trans>
      </p>
    );
  return (
    <div>
      <label className="check">
        <input type="checkbox" checked={isOn} onChange={(event) => void turn(event.target.checked)} />
        <Trans>Also as notifications of the browser, while another tab is in front</Trans>
      </label>
      {allowed === "denied" ? (
        <p className="muted small">
          <Trans>The browser does not allow it for this page; its own settings can change that.</Trans>
        </p>
      ) : null}
    </div>
  );
}
