// Sums by which files are told apart.

/**
 * @param {BufferSource} bytes
 * @returns {Promise<string>} in hexadecimal
 */
export async function sha256(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
