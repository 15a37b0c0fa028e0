// The token that Django asks of every POST against forged requests.

/**
 * The token in Django's cookie; empty without one. Read it for each request, because signing in in
 * another tab changes it.
 * @param {string} [cookies]
 */
export function csrfToken(cookies = document.cookie) {
  return /(?:^|; )csrftoken=([^;]*)/.exec(cookies)?.[1] ?? "";
}
