// The token that Django asks of every POST against forged requests.

/**
 * Django's cookie. It is read for each request, because signing in again in another tab changes it.
 * @param {string} [cookies]
 */
export function csrfToken(cookies = document.cookie) {
  return /(?:^|; )csrftoken=([^;]*)/.exec(cookies)?.[1] ?? "";
}
