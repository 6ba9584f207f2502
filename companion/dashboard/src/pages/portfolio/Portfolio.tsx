import { Cards } from "./Cards";
import { EquityCurve } from "./EquityCurve";
import { History } from "./History";
import { Positions } from "./Positions";
import "./portfolio.css";

export default function Portfolio() {
  return (
    <div className="stack">
      <Positions />
      <Cards />
      <div className="columns">
        <EquityCurve />
        <History />
      </div>
    </div>
  );
}
