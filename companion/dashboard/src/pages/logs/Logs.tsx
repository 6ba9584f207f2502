import { ComingPage } from "../../parts/ComingPage";

export default function Logs() {
  return <ComingPage />;
}
