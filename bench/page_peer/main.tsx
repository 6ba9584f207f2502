import { Table, TableBody, TableCell, TableContainer, TableHead, TableRow } from "@mui/material";
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { parseMessage } from "../../companion/dashboard/src/feed/messages";
import { Mirror, type Row } from "../../companion/dashboard/src/feed/mirror";

/** The columns that the page shows at a first visit. */
const COLUMNS = [
  "rank", "gate", "side", "score", "last_price", "daily_change_pct", "zscore", "threshold", "hurst", "regime",
  "quote_volume_24h", "spread_now", "funding_next", "imbalance_now",
];
const numbers = new Intl.NumberFormat("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const shown = (value: unknown) => (typeof value === "number" ? numbers.format(value) : String(value ?? "n/a"));

function Coins() {
  const [rows, setRows] = useState<readonly Row[]>([]);
  useEffect(() => {
    const mirror = new Mirror();
    const socket = new WebSocket(`ws://${window.location.host}/ws/feed`);
    socket.onopen = () => socket.send(JSON.stringify({ op: "subscribe", channels: ["opportunities"] }));
    socket.onmessage = (event) => {
      const message = parseMessage(event.data);
      if (message?.type === "snapshot") mirror.snapshot(message, Date.now());
      else if (message?.type === "delta") mirror.delta(message, Date.now());
      setRows([...(mirror.get("opportunities")?.rows.values() ?? [])]);
    };
    return () => socket.close();
  }, []);
  return (
    <TableContainer sx={{ maxHeight: 900 }}>
      <Table size="small" stickyHeader>
        <TableHead>
          <TableRow>
            {["key", ...COLUMNS].map((name) => (
              <TableCell key={name}>{name}</TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map((row) => (
            <TableRow key={row.key} hover>
              <TableCell>{row.key}</TableCell>
              {COLUMNS.map((name) => (
                <TableCell key={name} align="right">
                  {shown(row[name])}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}

const root = document.getElementById("root");
if (root) createRoot(root).render(<Coins />);
