const ADMIN_PORT = 8080

/** Where the runner that was started with the same environment answers. */
export function adminUrlOf(env: Readonly<Record<string, string | undefined>>): string {
  const offset = Number(env.PORT_OFFSET ?? 0)
  if (!Number.isInteger(offset))
    throw new Error(`PORT_OFFSET=${env.PORT_OFFSET ?? ''} must be a whole number.`)
  return `http://127.0.0.1:${ADMIN_PORT + offset}`
}
