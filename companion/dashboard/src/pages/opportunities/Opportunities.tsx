import { ComingPage } from "../../parts/ComingPage";

export default function Opportunities() {
  return <ComingPage />;
}
