/** A whole number of `10 ** -decimals` as a plain decimal: no exponent, no zeros at the end. `decimal(10_500_000, 9)` is `0.0105`. */
export function decimal(value: number, decimals: number): string {
  const digits = BigInt(Math.abs(value))
    .toString()
    .padStart(decimals + 1, "0");
  const whole = digits.slice(0, -decimals);
  const fraction = digits.slice(-decimals).replace(/0+$/, "");
  return `${value < 0 ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}
