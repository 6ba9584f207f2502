import { type Channel, type Message, parseMessage } from "./messages";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** Nothing has been heard for so long: the feed is asked whether it is there. */
const QUIET_MS = 10_000;
/** Nor for so long: the connection is dead, whatever the network says. */
const DEAD_MS = 20_000;
const LOOK_MS = 2_000;

/** What a WebSocket has that is needed here. */
export type Socket = Pick<WebSocket, "send" | "close" | "readyState"> & {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent<string>) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
};

export interface Listener {
  opened(): void;
  heard(message: Message): void;
  /** The connection has ended, or could not be made; the next attempt begins in `waitMs`. */
  lost(waitMs: number): void;
}

/** A WebSocket to the feed that comes back by itself, after waits that grow. */
export class FeedConnection {
  private socket: Socket | undefined;
  private attempts = 0;
  private heardMs = 0;
  private again: ReturnType<typeof setTimeout> | undefined;
  private readonly look: ReturnType<typeof setInterval>;

  constructor(
    private readonly open: () => Socket,
    private readonly listener: Listener,
    private readonly now: () => number = Date.now,
    private readonly chance: () => number = Math.random,
  ) {
    this.look = setInterval(() => this.check(), LOOK_MS);
    this.connect();
  }

  subscribe(channels: readonly Channel[]): void {
    if (channels.length > 0) this.say({ op: "subscribe", channels });
  }

  snapshot(channel: Channel): void {
    this.say({ op: "snapshot", channel });
  }

  /** Try at once, as when the network has come back. */
  hurry(): void {
    if (this.again === undefined) return;
    clearTimeout(this.again);
    this.connect();
  }

  close(): void {
    clearInterval(this.look);
    clearTimeout(this.again);
    this.drop();
  }

  private connect(): void {
    this.again = undefined;
    this.heardMs = this.now();
    const socket = this.open();
    this.socket = socket;
    socket.onopen = () => {
      this.heardMs = this.now();
      this.listener.opened();
    };
    socket.onmessage = (event) => {
      this.heardMs = this.now();
      this.attempts = 0;
      const message = parseMessage(event.data);
      if (message) this.listener.heard(message);
    };
    socket.onclose = () => this.lost();
  }

  private lost(): void {
    this.drop();
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.attempts);
    // Pages that lost the same companion must not all come back at the same moment.
    const wait = longest * (0.5 + this.chance() / 2);
    this.attempts += 1;
    this.again = setTimeout(() => this.connect(), wait);
    this.listener.lost(wait);
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private check(): void {
    if (!this.socket) return;
    const quiet = this.now() - this.heardMs;
    if (quiet > DEAD_MS) this.lost();
    else if (quiet > QUIET_MS) this.say({ op: "ping" });
  }

  private say(command: object): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(command));
  }
}
