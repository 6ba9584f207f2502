import "./pointsBar.css";

interface Properties {
  points: number | null;
  /** The largest points of the group: all bars of it share a scale. */
  largest: number;
}

/** Points to the right of one zero line, or to its left; the number stands beside it. */
export function PointsBar({ points, largest }: Properties) {
  const share = points === null || largest === 0 ? 0 : (Math.abs(points) / largest) * 50;
  const from = (points ?? 0) < 0 ? 50 - share : 50;
  return (
    <svg className="points-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <line x1="50" x2="50" y1="0" y2="10" className="points-zero" />
      <rect
        x={from}
        y="2"
        width={share}
        height="6"
        className={(points ?? 0) < 0 ? "points-against" : "points-for"}
      />
    </svg>
  );
}
