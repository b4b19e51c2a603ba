import type { FunctionDefinition } from '../manifest/function-definition.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { FunctionEnvironment } from './create-function-environment.ts'

/** What a function runs with, in a form to compare. */
export interface AppliedFunction {
  readonly definition: FunctionDefinition
  readonly variables: Readonly<Record<string, string>>
}

export interface SettingsPlan {
  readonly added: readonly AppliedFunction[]
  readonly changed: readonly AppliedFunction[]
  /** Names. */
  readonly removed: readonly string[]
  /** Why a function cannot run with what its files say, each text once. */
  readonly failures: readonly string[]
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/** What a function is started with. The build sets the build id, and a seed is sent, not run with. */
const startedWith = ({ buildId: _, seed: __, ...definition }: FunctionDefinition) => definition

/** The keys of function.json that differ; `environment` also when only a value does. */
export function changedKeys(before: AppliedFunction, after: AppliedFunction): readonly string[] {
  const [old, next] = [startedWith(before.definition), startedWith(after.definition)]
  const keys = Object.keys({ ...old, ...next }).filter(
    (key) => !isSame(Reflect.get(old, key), Reflect.get(next, key)),
  )
  const isValue = !isSame(before.variables, after.variables) && !keys.includes('environment')
  return isValue ? [...keys, 'environment'] : keys
}

/** Compares what runs with what the files say. */
export function planSettings(
  applied: ReadonlyMap<string, AppliedFunction>,
  { functions }: Pick<Manifest, 'functions'>,
  variablesOf: FunctionEnvironment,
): SettingsPlan {
  const failures: string[] = []
  const read = functions.flatMap((definition) => {
    try {
      return [{ definition, variables: variablesOf(definition) }]
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error))
      return []
    }
  })
  const isNew = ({ definition }: AppliedFunction) => !applied.has(definition.name)
  const isChanged = (next: AppliedFunction) => {
    const before = applied.get(next.definition.name)
    return before !== undefined && changedKeys(before, next).length > 0
  }
  const names = new Set(functions.map(({ name }) => name))
  return {
    added: read.filter(isNew),
    changed: read.filter(isChanged),
    removed: [...applied.keys()].filter((name) => !names.has(name)),
    failures: [...new Set(failures)],
  }
}
