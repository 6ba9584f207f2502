import { ComingPage } from "../../parts/ComingPage";

export default function Portfolio() {
  return <ComingPage />;
}
