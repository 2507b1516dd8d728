// Drawings to begin with, as the pad keeps strokes in a link; the last one can be read as a 4 and as a 9.

export const EXAMPLES = [
  { name: "7", strokes: "26222k212y213c203q1z441z4i1y4w1x5a1x5o1w5i285b2k552w4y384s3k4m3w4g484a4k444w3y583v5h3s5q3o5y3l673i6g" },
  { name: "3", strokes: "2f252n1w2z1p3b1l3p1k431m4g1q4q1y4y27532h542s51334v3d4m3m4a3s3x3v3y3t4b3w4n414x49554i5a4t5c545b5f575q50604r684g6e436i3q6k3c6j2z6g2o6a2e62" },
  { name: "2", strokes: "292n2d2c2j222t1u341n3h1j3u1i471j4k1n4v1u55225b2c5f2n5g2z5e3a583l4w424n4b4e4k464u3x533o5c3e5j355q2v5y2m652c6c2u6b3b6b3t6a4b6a4t695a695s68" },
  { name: "5", strokes: "5g1q511r4n1r481s3t1t3f1t301u2y262w2j2u2v2s382y3n3d3i3t3g483i4n3o503x59485e4m5g505d5e565r4w624j6a446f3o6g386d2u662i5x" },
  { name: "8", strokes: "4i1p461l3t1k3g1n351s2w212q2b2o2n2q2z2v39333i3e3p3r3s443r3r3q493r4p3y52495b4o5e545b5k535z4q6a496g3s6i3b6e2w652l5s2f5c2f4w2k4g2v433a3u3r3q443r4i3n4u3e5132542o512a4u1y4i1p" },
  { name: "4?9", strokes: "2o1y2n262m2d2l2k2k2s2m302o372q3e2s3m323o3c3q3m3s3w3u483s4k3p4w3m583k.5c1q5b205a29592j592t5833573c563m5541534f524u50584z5n4x614w6g" },
];

const DURATION = 900; // milliseconds

/** Draw strokes on a pad as a hand would; returns a function that stops it. */
export function drawByItself(pad, strokes, done) {
  const total = strokes.replaceAll(".", "").length / 4, started = performance.now();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let frame = 0;
  function next() {
    const share = still ? 1 : Math.min(1, (performance.now() - started) / DURATION);
    pad.draw(firstPoints(strokes, Math.max(1, Math.round(share * total))));
    if (share < 1) frame = requestAnimationFrame(next);
    else done?.();
  }
  next();
  return () => cancelAnimationFrame(frame);
}

function firstPoints(strokes, count) {
  const kept = [];
  for (const stroke of strokes.split(".")) {
    if (count <= 0) break;
    kept.push(stroke.slice(0, 4 * count));
    count -= stroke.length / 4;
  }
  return kept.join(".");
}
