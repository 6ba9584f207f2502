import { useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useModules } from "../../api/queries";
import { useFormatter } from "../../format/useFormatter";
import { Figure } from "../../parts/Figure";
import { Panel, Shown } from "../../parts/Panel";
import { Guard } from "./Guard";
import "./modules.css";

export default function Modules() {
  const asked = useModules();
  return (
    <Shown asked={asked} rows={8}>
      {(found) => (
        <div className="stack">
          <Guard guard={found.stoploss_guard} />
          <Streams streams={found.ws_manager} />
          <Others found={found} />
        </div>
      )}
    </Shown>
  );
}

function Streams({ streams }: { streams: Schemas["StreamManagerStatus"] }) {
  const { t } = useLingui();
  const format = useFormatter();
  return (
    <Panel title={t`Streams`}>
      <div className="cards">
        <Figure label={t`State`}>{streams.connected ? t`connected` : t`not connected`}</Figure>
        <Figure label={t`Reconnects`}>{format.number(streams.reconnects, 0)}</Figure>
        <Figure label={t`Coins that cannot be decided`}>{format.number(streams.stale_symbols, 0)}</Figure>
      </div>
      {streams.stale.length > 0 ? <p className="module-note muted">{streams.stale.join(", ")}</p> : null}
    </Panel>
  );
}

function Others({ found }: { found: Schemas["ModulesStatus"] }) {
  const { t } = useLingui();
  return (
    <Panel title={t`Models and studies`}>
      <p className="module-note muted">{found.freqai.detail}</p>
      <p className="module-note muted">{found.hyperopt.detail}</p>
    </Panel>
  );
}
