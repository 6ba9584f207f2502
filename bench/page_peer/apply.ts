/**
 * What the page does with each message of the feed: parse, check, put into the mirror. Port and count are given; prints the
 * milliseconds of processor time of each.
 */
import { parseMessage } from "../../companion/dashboard/src/feed/messages.ts";
import { Mirror } from "../../companion/dashboard/src/feed/mirror.ts";

const [port, count] = process.argv.slice(2).map(Number);
const mirror = new Mirror();
const times: number[] = [];
const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/feed`);
socket.onopen = () => socket.send(JSON.stringify({ op: "subscribe", channels: ["opportunities"] }));
socket.onmessage = (event) => {
  const begun = process.threadCpuUsage();
  const message = parseMessage(event.data as string);
  if (message?.type === "delta") {
    mirror.delta(message, 0);
    const { user, system } = process.threadCpuUsage(begun);
    times.push((user + system) / 1000);
  } else if (message?.type === "snapshot") {
    mirror.snapshot(message, 0);
    console.log("ready");
  }
  if (times.length === count) {
    console.log(JSON.stringify(times));
    process.exit();
  }
};
