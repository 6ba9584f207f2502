import { Trans } from "@lingui/react/macro";
import { useCoin } from "../../api/queries";
import { useRoute } from "../../navigation/route";
import { Empty, Shown } from "../../parts/Panel";
import { Chooser } from "./Chooser";
import { Chart } from "./chart/Chart";
import { Features } from "./Features";
import { Layers } from "./Layers";
import { Leverage } from "./Leverage";
import { Market } from "./Market";
import { Outlooks } from "./Outlooks";
import { WhyNot } from "./WhyNot";
import "./coin.css";

export default function Coin() {
  const base = useRoute().detail;
  return (
    <div className="stack">
      <Chooser base={base} />
      {base === "" ? (
        <Empty>
          <Trans>Choose a coin: this page says why it has a signal, or why not.</Trans>
        </Empty>
      ) : (
        <Chosen key={base} base={base} />
      )}
    </div>
  );
}

/** Has the coin as its key: what was asked of another one must not stand under this name. */
function Chosen({ base }: { base: string }) {
  const asked = useCoin(base);
  return (
    <Shown asked={asked} rows={12}>
      {(answer) => (
        <div className="coin">
          <Chart symbol={answer.symbol} decision={answer.decision} />
          <div className="stack">
            <WhyNot answer={answer} />
            <Outlooks outlooks={answer.explanation.outlooks} />
          </div>
          <div className="stack">
            <Market answer={answer} />
            {answer.explanation.candidate ? (
              <>
                <Layers score={answer.explanation.candidate.score} />
                <Leverage lines={answer.explanation.candidate.leverage} />
              </>
            ) : null}
            <Features features={answer.explanation.features} />
          </div>
        </div>
      )}
    </Shown>
  );
}
