/** How each file begins that `arouter docs` wrote, so that nothing else is ever replaced. */
export const documentMark = "<!-- Written by arouter docs: change the policies, not this file. -->";
