// Types of the part of sha2.js that our scripts use. With this file beside it, `tsc` does not check
// the library's own code.

interface Hash {
  update(bytes: Uint8Array): Hash;
  digest(): Uint8Array;
}

export const sha256: { create(): Hash };
