import { ComingPage } from "../../parts/ComingPage";

export default function Help() {
  return <ComingPage />;
}
