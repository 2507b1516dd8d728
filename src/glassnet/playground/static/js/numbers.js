// How numbers are written on the page.

const MINUS = "−";

/** A number short, with a true minus: 0.1234, −3.2e−05. */
export function short(value, digits = 4) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "∞" : `${MINUS}∞`;
  const words = value === 0 ? "0" : Math.abs(value) >= 1e6 || Math.abs(value) < 1e-3 ? value.toExponential(digits - 2) : String(Number(value.toPrecision(digits)));
  return words.replace(/-/g, MINUS);
}

/** The same with its sign always shown. */
export const signed = (value, digits = 4) => (value >= 0 ? `+${short(value, digits)}` : short(value, digits));

/** A share as percent: 97.3%. */
export const percent = (value) => `${(100 * value).toFixed(1)}%`;

export const whole = (value) => value.toLocaleString("en-US");
