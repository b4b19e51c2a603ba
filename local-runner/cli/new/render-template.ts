const IF = /^#if (.+)$/

/**
 * The text with its `__name__` values filled in and the lines between `#if a !b` and `#end` kept where flag `a` is set and `b`
 * is not. Blocks do not nest.
 */
export function renderTemplate(
  template: string,
  flags: Readonly<Record<string, boolean>>,
  values: Readonly<Record<string, string>>,
): string {
  let isKept = true
  const lines: string[] = []
  for (const line of template.split('\n')) {
    const condition = IF.exec(line)?.[1]
    if (condition !== undefined) isKept = condition.split(' ').every((flag) => isSet(flag, flags))
    else if (line === '#end') isKept = true
    else if (isKept) lines.push(line)
  }
  return lines.join('\n').replace(/__(\w+?)__/g, (_, name: string) => lookUp(name, values))
}

const isSet = (flag: string, flags: Readonly<Record<string, boolean>>): boolean =>
  flag.startsWith('!') ? !lookUp(flag.slice(1), flags) : lookUp(flag, flags)

function lookUp<T>(name: string, table: Readonly<Record<string, T>>): T {
  const found = table[name]
  if (found === undefined) throw new Error(`A template names "${name}", which is not known.`)
  return found
}
