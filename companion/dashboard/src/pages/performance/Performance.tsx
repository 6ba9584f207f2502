import { ComingPage } from "../../parts/ComingPage";

export default function Performance() {
  return <ComingPage />;
}
