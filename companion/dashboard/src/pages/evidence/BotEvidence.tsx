import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Schemas } from "../../api/client";
import { useSettings } from "../../api/queries";
import { useFormatter } from "../../format/useFormatter";
import { Facts } from "../../parts/Facts";
import { Panel } from "../../parts/Panel";
import { MeansTable } from "./MeansTable";
import { driftSentence, EDGE_SHOWN, verdictSentence } from "./words";

type Live = Schemas["LiveEvidence"];

/** The verdict first, in a sentence; then whose settings it is about, the numbers, and the bot's own trades beside it. */
export function BotEvidence({ found }: { found: Live }) {
  const { t } = useLingui();
  const { bot } = found;
  return (
    <Panel title={t`Evidence for ${bot}`}>
      <Verdict evidence={found.evidence} />
      <Whose found={found} />
      <MeansTable found={found} />
      <OwnTrades found={found} />
    </Panel>
  );
}

function Verdict({ evidence }: { evidence: Live["evidence"] }) {
  const { i18n } = useLingui();
  const sentence = verdictSentence(evidence.verdict);
  return (
    <div className="verdict">
      <p className={evidence.verdict === EDGE_SHOWN ? "verdict-sentence gain" : "verdict-sentence age-old"}>
        {sentence ? i18n._(sentence) : evidence.verdict}
      </p>
      <p className="muted small" lang="en">
        {evidence.verdict}
        {evidence.reason ? `: ${evidence.reason}` : ""}
      </p>
      <p className="muted">
        <Trans>
          A live start needs an edge shown for exactly the settings in force. What a backtest or a dry run
          earned is no evidence.
        </Trans>
      </p>
    </div>
  );
}

/** Whether what was measured are the settings that this bot runs with. */
function Whose({ found }: { found: Live }) {
  const { t } = useLingui();
  const format = useFormatter();
  const { settings_digest: measured, matches, data_until: until } = found.evidence;
  const own = useSettings().data?.state.bots.find(({ bot }) => bot === found.bot)?.digest;
  const same = matches ? <span>✓ {t`yes`}</span> : <span className="age-old">✕ {t`no`}</span>;
  return (
    <dl className="facts evidence-facts">
      <Fact label={t`Measured settings`}>{measured ? <code>{measured}</code> : format.notAvailable}</Fact>
      <Fact label={t`This bot's settings`}>{own ? <code>{own}</code> : format.notAvailable}</Fact>
      <Fact label={t`Same settings`}>{measured ? same : format.notAvailable}</Fact>
      <Fact label={t`Data until`}>{format.date(until ? Date.parse(until) : null)}</Fact>
    </dl>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function OwnTrades({ found }: { found: Live }) {
  const { t, i18n } = useLingui();
  const format = useFormatter();
  const sentence = driftSentence(found.drift);
  return (
    <div className="verdict">
      <p>
        <strong>{sentence ? i18n._(sentence) : found.drift}</strong>
      </p>
      <p className="muted small" lang="en">
        {found.drift}
        {found.reason ? `: ${found.reason}` : ""}
      </p>
      <Facts
        className="evidence-facts"
        facts={[
          [t`Counted trades`, format.number(found.trades, 0)],
          [t`Entered with other settings`, format.number(found.other_settings, 0)],
          [t`Left out (a user's, or without a record)`, format.number(found.left_out, 0)],
        ]}
      />
    </div>
  );
}
