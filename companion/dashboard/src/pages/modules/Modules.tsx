import { ComingPage } from "../../parts/ComingPage";

export default function Modules() {
  return <ComingPage />;
}
