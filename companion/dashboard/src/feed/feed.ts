import { Store } from "../store/store";
import { FeedConnection, type Socket } from "./connection";
import { CHANNELS, type Channel, type Message } from "./messages";
import { type ChannelState, Mirror } from "./mirror";

export interface FeedState {
  phase: "off" | "connecting" | "live" | "lost";
  /** When anything was last heard, ms; 0 before. */
  heardMs: number;
  /** Since when the phase has been what it is, ms. */
  sinceMs: number;
}

const OFF: FeedState = { phase: "off", heardMs: 0, sinceMs: 0 };

/** The feed of this page: its connection, its mirror, and who is told of which channel. */
export class Feed {
  readonly state = new Store<FeedState>(OFF);
  private readonly mirror = new Mirror();
  private readonly listeners = new Map<Channel, Set<() => void>>();
  private connection: FeedConnection | undefined;

  constructor(
    private readonly open: () => Socket,
    private readonly now: () => number = Date.now,
  ) {}

  start(): void {
    if (this.connection) return;
    this.turn("connecting");
    this.connection = new FeedConnection(this.open, {
      opened: () => this.connection?.subscribe(CHANNELS),
      heard: (message) => this.take(message),
      lost: () => this.turn("lost"),
    });
  }

  stop(): void {
    this.connection?.close();
    this.connection = undefined;
    this.state.set(OFF);
  }

  hurry(): void {
    this.connection?.hurry();
  }

  channel(name: Channel): ChannelState | undefined {
    return this.mirror.get(name);
  }

  subscribe(name: Channel, listener: () => void): () => void {
    const told = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, told.add(listener));
    return () => told.delete(listener);
  }

  private take(message: Message): void {
    this.turn("live");
    if (message.type !== "snapshot" && message.type !== "delta") return;
    const now = this.now();
    if (message.type === "snapshot") this.mirror.snapshot(message, now);
    else if (!this.mirror.delta(message, now)) this.connection?.snapshot(message.channel);
    for (const listener of this.listeners.get(message.channel) ?? []) listener();
  }

  private turn(phase: FeedState["phase"]): void {
    const before = this.state.get();
    const now = this.now();
    const heardMs = phase === "live" ? now : before.heardMs;
    this.state.set({ phase, heardMs, sinceMs: before.phase === phase ? before.sinceMs : now });
  }
}
