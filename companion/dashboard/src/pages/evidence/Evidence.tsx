import { Trans, useLingui } from "@lingui/react/macro";
import { useLiveEvidence, useModules } from "../../api/queries";
import { useChannel } from "../../feed/useFeed";
import { Empty, Panel, Shown } from "../../parts/Panel";
import { BotEvidence } from "./BotEvidence";
import "./evidence.css";

/** What has been shown for the settings in force, and whether the bots' own trades agree with it. */
export default function Evidence() {
  const asked = useLiveEvidence();
  return (
    <div className="stack">
      <Shown asked={asked} rows={6}>
        {({ bots }) =>
          bots.length === 0 ? (
            <Empty>
              <Trans>No bot has answered yet.</Trans>
            </Empty>
          ) : (
            bots.map((bot) => <BotEvidence key={bot.bot} found={bot} />)
          )
        }
      </Shown>
      <Learning />
    </div>
  );
}

/** The parts that learn: what is not there says so, and shows no number. */
function Learning() {
  const { t } = useLingui();
  const modules = useModules();
  const jobs = useChannel("jobs");
  const notPart = t`Not part of this release: there is nothing to show, and no number is made up.`;
  const works = t`freqtrade hyperopt works.`;
  return (
    <Panel title={t`Models and studies`}>
      <Shown asked={modules} rows={3}>
        {({ freqai, hyperopt }) => (
          <dl className="learning">
            <dt>{t`Outcome model (layer 23)`}</dt>
            <dd>{freqai.enabled ? freqai.detail : notPart}</dd>
            <dt>{t`Trade-replay studies`}</dt>
            <dd>{hyperopt.enabled ? hyperopt.detail : `${notPart} ${works}`}</dd>
            {jobs && !jobs.isEnabled ? (
              <>
                <dt>{t`Jobs`}</dt>
                <dd>{notPart}</dd>
              </>
            ) : null}
          </dl>
        )}
      </Shown>
    </Panel>
  );
}
