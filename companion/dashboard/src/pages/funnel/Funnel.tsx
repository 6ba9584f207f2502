import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useDocument } from "../../feed/useFeed";
import { useFormatter } from "../../format/useFormatter";
import { Link } from "../../navigation/Link";
import { addressOf } from "../../navigation/route";
import { Age } from "../../parts/Age";
import { Empty, Loading, Panel } from "../../parts/Panel";
import "./funnel.css";

/** Where the coins ended: at the last candle, and over the day that this process has decided. */
export default function Funnel() {
  const { t } = useLingui();
  const funnel = useDocument("funnel");
  if (!funnel) return <Loading rows={12} />;
  const passes = funnel.passes ?? 0;
  return (
    <div className="columns">
      <Panel
        title={t`Last candle`}
        beside={
          <span className="muted small">
            <Trans>
              closed <Age ms={funnel.close_ms ?? 0} /> ago
            </Trans>
          </span>
        }
      >
        <Gates funnel={funnel.of_pass} areLinks />
      </Panel>
      <Panel
        title={t`Last 24 hours`}
        beside={
          <span className="muted small">
            <Plural value={passes} one="# candle" other="# candles" />
          </span>
        }
      >
        <Gates funnel={funnel.of_day} />
      </Panel>
    </div>
  );
}

function Gates({ funnel, areLinks = false }: { funnel: Schemas["Funnel"] | undefined; areLinks?: boolean }) {
  const ended = funnel?.gates.filter((gate) => gate.count > 0) ?? [];
  if (ended.length === 0) {
    return (
      <Empty>
        <Trans>No candle has been decided yet.</Trans>
      </Empty>
    );
  }
  const largest = Math.max(...ended.map((gate) => gate.count));
  return (
    <ol className="funnel">
      {ended.map((gate) => (
        <li key={gate.name}>
          <GateName name={gate.name} isLink={areLinks} />
          <Bar share={gate.count / largest} isPass={gate.name === "SCORE_PASS"} />
          <Count gate={gate} />
        </li>
      ))}
    </ol>
  );
}

function GateName({ name, isLink }: { name: string; isLink: boolean }) {
  if (!isLink) return <span>{name}</span>;
  return <Link href={addressOf("opportunities", "", { gate: name })}>{name}</Link>;
}

function Bar({ share, isPass }: { share: number; isPass: boolean }) {
  return (
    <svg className="funnel-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect width={share * 100} height="10" className={isPass ? "funnel-pass" : "funnel-stop"} />
    </svg>
  );
}

function Count({ gate }: { gate: Schemas["Share"] }) {
  const format = useFormatter();
  return (
    <span className="number">
      {format.number(gate.count, 0)} <span className="muted">{format.percent(gate.share_pct, 1)}</span>
    </span>
  );
}
