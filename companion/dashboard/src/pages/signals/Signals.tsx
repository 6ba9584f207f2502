import { ComingPage } from "../../parts/ComingPage";

export default function Signals() {
  return <ComingPage />;
}
