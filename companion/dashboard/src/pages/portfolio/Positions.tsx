import { Trans, useLingui } from "@lingui/react/macro";
import { useRef, useState } from "react";
import { usePositionRows } from "../../bots/useBot";
import { ClosePosition } from "../../closing/ClosePosition";
import { CloseWinnersDialog } from "../../closing/CloseWinnersDialog";
import { isFilled, type PositionRow } from "../../feed/rows";
import { useChannel, useDocument, useFeedState } from "../../feed/useFeed";
import { Button } from "../../parts/Button";
import { Empty, Loading, Panel } from "../../parts/Panel";
import { useSteadyOrder } from "../../parts/useSteadyOrder";
import { useMayTrade } from "../../session/useRole";
import { byDanger } from "./danger";
import { Position } from "./Position";

export function Positions() {
  const { t } = useLingui();
  const isThere = useChannel("positions") !== undefined;
  const rows = usePositionRows();
  const closeMs = useDocument("funnel")?.close_ms;
  const list = useRef<HTMLUListElement>(null);
  const filled = [...rows.values()].filter(isFilled).length;
  const keys = useSteadyOrder({ rows, compare: byDanger, moment: `${closeMs} ${filled}`, within: list });
  const [asked, setAsked] = useState<PositionRow>();
  const count = rows.size;
  return (
    <Panel
      title={count > 0 ? t`Open positions (${count})` : t`Open positions`}
      beside={<CloseWinners rows={rows} />}
      anchor="positions"
    >
      {isThere ? null : <Loading rows={6} />}
      {isThere && count === 0 ? (
        <Empty>
          <Trans>
            No position is open. The bot enters when a coin passes every gate; Funnel says where coins stop.
          </Trans>
        </Empty>
      ) : null}
      <ul ref={list} className="positions">
        {keys.map((key) => (
          <Position key={key} id={key} onClose={setAsked} />
        ))}
      </ul>
      {asked ? <ClosePosition position={asked} onClose={() => setAsked(undefined)} /> : null}
    </Panel>
  );
}

function CloseWinners({ rows }: { rows: ReadonlyMap<string, PositionRow> }) {
  const [isOpen, setOpen] = useState(false);
  const isLive = useFeedState().phase === "live";
  const winners = [...rows.values()].filter((row) => (row.unrealised_pnl ?? 0) > 0);
  if (!useMayTrade() || rows.size === 0) return null;
  return (
    <>
      <Button disabled={winners.length === 0 || !isLive} onClick={() => setOpen(true)}>
        <Trans>Close winners…</Trans>
      </Button>
      {isOpen ? <CloseWinnersDialog winners={winners} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
