/**
 * The named environment variables, all present and not empty.
 * @throws Error naming all that are missing: a function without its configuration must fail at init.
 */
export function readVariables<const Name extends string>(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly Name[],
): Record<Name, string> {
  const missing = names.filter((name) => !env[name])
  if (missing.length > 0) {
    throw new Error(
      `Missing environment variables: ${missing.join(', ')}. Set them in the function's configuration.`,
    )
  }
  return Object.fromEntries(names.map((name) => [name, env[name]])) as Record<Name, string>
}
