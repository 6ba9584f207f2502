import { Trans, useLingui } from "@lingui/react/macro";
import { PAGES } from "../pages/list";
import { Dialog } from "../parts/Dialog";

export function KeyboardHelp({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useLingui();
  return (
    <Dialog title={t`Keys`} onClose={onClose}>
      <dl className="keys">
        <Key keys={["/"]}>
          <Trans>Search on this page</Trans>
        </Key>
        <Key keys={["?"]}>
          <Trans>This help</Trans>
        </Key>
        <Key keys={["t"]}>
          <Trans>The tour</Trans>
        </Key>
        <Key keys={["n"]}>
          <Trans>Notices</Trans>
        </Key>
        <Key keys={["Esc"]}>
          <Trans>Close a window</Trans>
        </Key>
        <Key keys={["↑", "↓", "Enter"]}>
          <Trans>Move in a table, open a row</Trans>
        </Key>
        {PAGES.map((page) => (
          <Key key={page.name} keys={["g", page.letter]}>
            {i18n._(page.title)}
          </Key>
        ))}
      </dl>
    </Dialog>
  );
}

function Key({ keys, children }: { keys: readonly string[]; children: React.ReactNode }) {
  return (
    <div>
      <dt>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
