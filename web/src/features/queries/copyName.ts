// The name of a duplicate: it says whose copy it is, and nobody has it yet.

const LONGEST = 200;

/** `users copy`, then `users copy 2`, … ; names are taken whatever their case. */
export function copyName(name: string, taken: readonly string[]): string {
  const known = new Set(taken.map((one) => one.toLowerCase()));
  const stem = name.replace(/ copy( \d+)?$/, "");
  for (let number = 1; ; number += 1) {
    const ending = number === 1 ? " copy" : ` copy ${number}`;
    const wanted = `${stem.slice(0, LONGEST - ending.length)}${ending}`;
    if (!known.has(wanted.toLowerCase())) return wanted;
  }
}
