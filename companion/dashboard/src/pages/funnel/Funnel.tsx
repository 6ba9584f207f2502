import { ComingPage } from "../../parts/ComingPage";

export default function Funnel() {
  return <ComingPage />;
}
