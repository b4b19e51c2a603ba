import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as z from 'zod'

const change = <Value extends z.ZodType>(value: Value) =>
  z.strictObject({ chosen: value, written: value, atEpochMs: z.number() })

const changes = z.strictObject({
  enabled: z.record(z.string(), change(z.boolean())).default({}),
  reservedConcurrency: z.record(z.string(), change(z.int().min(0).nullable())).default({}),
})

interface Change<Value> {
  readonly chosen: Value
  /** What function.json said at the time. */
  readonly written: Value
  readonly atEpochMs: number
}

/** One setting of several resources, which callers of the Lambda API may change. */
export interface KeptSetting<Value> {
  /** @param written what function.json says now; a change that was made when it said something else ends for good */
  readonly of: (
    resource: string,
    written: Value,
  ) => { readonly value: Value; readonly changedAtEpochMs: number | undefined }
  /** Settles when it is in the file. */
  readonly set: (resource: string, written: Value, chosen: Value) => Promise<void>
}

export interface KeptChanges {
  /** Of event source mappings, by UUID. */
  readonly enabled: KeptSetting<boolean>
  /** Of functions, by name; null: none is reserved. */
  readonly reservedConcurrency: KeptSetting<number | null>
}

export interface KeptChangesDeps {
  /** Absolute. */
  readonly path: string
  /** Epoch ms. */
  readonly now: () => number
  readonly print: (line: string) => void
}

async function read(path: string): Promise<z.output<typeof changes>> {
  try {
    return changes.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return changes.parse({})
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(
      `What callers of the Lambda API have changed is unknown, as ${path} cannot be read: ${reason}. Repair it, or delete it: function.json counts then.`,
      { cause: error },
    )
  }
}

/**
 * What callers of the Lambda API have changed, kept in a file as AWS keeps it (docs/decisions/api-changes-last.md). A change
 * lasts until function.json says something else than at the time. @throws Error when the file is damaged
 */
export async function readKeptChanges({ path, now, print }: KeptChangesDeps): Promise<KeptChanges> {
  const kept = await read(path)
  let saved: Promise<void> = Promise.resolve()
  const save = async () => {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(`${path}.new`, JSON.stringify(kept))
    await rename(`${path}.new`, path)
  }
  // One after another, as they share a file; one that failed does not fail the next.
  const saveInTurn = () => (saved = saved.catch(() => undefined).then(save))

  const setting = <Value>(name: string, all: Record<string, Change<Value>>): KeptSetting<Value> => {
    const told = new Set<string>()
    const forget = (resource: string) => {
      Reflect.deleteProperty(all, resource)
      // A start that still finds it in the file forgets it again.
      saveInTurn().catch(() => undefined)
    }
    return {
      of: (resource, written) => {
        const found = Object.hasOwn(all, resource) ? all[resource] : undefined
        if (found?.written !== written) {
          if (found) forget(resource)
          return { value: written, changedAtEpochMs: undefined }
        }
        const { chosen, atEpochMs } = found
        if (chosen !== written && !told.has(resource)) {
          print(
            `A caller of the Lambda API has set ${name} of ${resource} to ${String(chosen)}; function.json says ${String(written)}.`,
          )
        }
        told.add(resource)
        return { value: chosen, changedAtEpochMs: atEpochMs }
      },
      set: (resource, written, chosen) => {
        told.add(resource)
        all[resource] = { chosen, written, atEpochMs: now() }
        return saveInTurn()
      },
    }
  }
  return {
    enabled: setting('Enabled', kept.enabled),
    reservedConcurrency: setting('ReservedConcurrentExecutions', kept.reservedConcurrency),
  }
}
