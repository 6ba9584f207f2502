import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo, useState } from "react";
import { useRows } from "../../feed/useFeed";
import { baseOf } from "../../format/names";
import { addressOf, goTo } from "../../navigation/route";
import { Button } from "../../parts/Button";

/** Names a coin: what is typed, or one of the list that the browser offers. */
export function Chooser({ base }: { base: string }) {
  const { t } = useLingui();
  const rows = useRows("opportunities");
  const [typed, setTyped] = useState("");
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows change each second, their names when one comes or goes
  const names = useMemo(() => [...rows.values()].map((row) => baseOf(row.pair)).sort(), [rows.size]);
  const wanted = typed.trim().toUpperCase();
  return (
    <form
      className="coin-chooser"
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== "") goTo(addressOf("coin", wanted));
        setTyped("");
      }}
    >
      {base === "" ? null : <h1 className="coin-name">{base}</h1>}
      <input
        type="search"
        className="input"
        list="coins"
        aria-label={t`Coin`}
        placeholder={t`Another coin ( / )`}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <datalist id="coins">
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Button type="submit">
        <Trans>Show</Trans>
      </Button>
    </form>
  );
}
