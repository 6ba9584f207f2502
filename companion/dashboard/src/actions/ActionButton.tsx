import { type ReactNode, useState } from "react";
import { useFeedState } from "../feed/useFeed";
import { Button } from "../parts/Button";
import { useMayTrade } from "../session/useRole";

interface Properties {
  children: ReactNode;
  /** Where the words on the button do not say enough. */
  label?: string;
  /** The question; it is drawn here, so this button has to outlive what it changes. */
  asks: (onClose: () => void) => ReactNode;
}

/** A button that asks before anything happens. For a reader it is absent; without a connection it is off. */
export function ActionButton({ children, label, asks }: Properties) {
  const mayTrade = useMayTrade();
  const isLive = useFeedState().phase === "live";
  const [isAsked, setAsked] = useState(false);
  if (!mayTrade) return null;
  return (
    <>
      <Button disabled={!isLive} aria-label={label} onClick={() => setAsked(true)}>
        {children}
      </Button>
      {isAsked ? asks(() => setAsked(false)) : null}
    </>
  );
}
