import { ComingPage } from "../../parts/ComingPage";

export default function Coin() {
  return <ComingPage />;
}
