/** A type as JSON has it: the words of an enum as text. */
export type Plain<T> = T extends string ? `${T}` : T extends object ? { [Key in keyof T]: Plain<T[Key]> } : T;
