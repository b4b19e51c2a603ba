import { type Actor, type Step, stepAfter } from './actor.ts'
import type { ModelOrder } from './actors.ts'
import type { Execute, Keys } from './executor.ts'
import { createInterned } from './interned.ts'
import { brokenPromises, type Model, violationsAtRest, violationsNow } from './invariants.ts'
import { afterCall, afterLease, firstKeys } from './keys.ts'
import type { RedisCall } from './recorded-connection.ts'
import { repair } from './repair.ts'

export interface Scenario extends Model {
  /** Units by SKU. */
  readonly stock: Readonly<Record<string, number>>
  readonly actors: readonly Actor[]
  /** The order that an actor is a client of, by the actor's name. */
  readonly clients: Readonly<Record<string, ModelOrder>>
}

export interface Exploration {
  readonly worlds: number
  /** The first violation, with the steps that lead to it. */
  readonly violation: { readonly what: readonly string[]; readonly path: readonly string[] } | undefined
}

interface ActorState {
  readonly begunWith: string
  readonly replies: readonly unknown[]
}
/** Numbers of interned values; an actor that has not begun is -1. */
interface World {
  readonly keys: number
  readonly actors: readonly number[]
}
interface Visit {
  readonly world: World
  readonly step: string
  readonly from: Visit | undefined
}

/**
 * Explores every interleaving of the actors' calls, with leases that end at any moment; a world seen before is not
 * explored again. In each world all that runs may die: repair must then bring it to rest.
 */
export async function explore(scenario: Scenario, execute: Execute): Promise<Exploration> {
  const keysTable = createInterned<Keys>()
  const actorTable = createInterned<ActorState>()
  const steps = memo(async (index: number, actor: number): Promise<Step> => {
    const { begunWith, replies } = actorTable.valueOf(actor)
    return stepAfter(actorAt(scenario, index), begunWith, replies)
  })
  const moves = memo(async (index: number, actor: number, keys: number) => {
    const state =
      actor === -1 ? begin(actorAt(scenario, index), keysTable.valueOf(keys)) : actorTable.valueOf(actor)
    const step = state && (await steps(index, actorTable.idOf(state)))
    if (!state || !step || 'result' in step) return undefined
    const after = await afterCall(step.next, keysTable.valueOf(keys), execute)
    const next = { ...state, replies: [...state.replies, after.reply] }
    const what = `${actorAt(scenario, index).name}: ${nameOf(step.next)} -> ${JSON.stringify(after.reply)}`
    return { actor: actorTable.idOf(next), keys: keysTable.idOf(after.keys), what }
  })
  const endings = memo(async (order: number, keys: number) => {
    const after = scenario.orders[order] && afterLease(scenario.orders[order], keysTable.valueOf(keys))
    return after && keysTable.idOf(after)
  })
  const faultsOfKeys = memo(async (keys: number): Promise<readonly string[]> => {
    const now = violationsNow(scenario, keysTable.valueOf(keys))
    if (now.length > 0) return now
    const atRest = await repair(scenario.orders, keysTable.valueOf(keys), execute)
    return violationsAtRest(scenario, atRest).map((fault) => `after all have died, and repair: ${fault}`)
  })
  const faultsOfAnswer = memo(
    async (index: number, actor: number, keys: number): Promise<readonly string[]> => {
      const step = await steps(index, actor)
      if (!('result' in step)) return []
      const { name } = actorAt(scenario, index)
      if (step.result.startsWith('failed: ')) return [`${name} ${step.result}`]
      const order = scenario.clients[name]
      return order ? brokenPromises(order, step.result, keysTable.valueOf(keys)) : []
    },
  )

  async function faultsOf({ keys, actors }: World): Promise<readonly string[]> {
    const faults = [...(await faultsOfKeys(keys))]
    for (const [index, actor] of actors.entries()) {
      if (actor !== -1) faults.push(...(await faultsOfAnswer(index, actor, keys)))
    }
    return faults
  }

  async function next(from: Visit): Promise<readonly Visit[]> {
    const { keys, actors } = from.world
    const visits: Visit[] = []
    for (const [index, actor] of actors.entries()) {
      const move = await moves(index, actor, keys)
      if (!move) continue
      visits.push({
        world: { keys: move.keys, actors: actors.with(index, move.actor) },
        step: move.what,
        from,
      })
    }
    for (const [index, { orderId }] of scenario.orders.entries()) {
      const after = await endings(index, keys)
      if (after !== undefined)
        visits.push({ world: { keys: after, actors }, step: `the lease of ${orderId} ends`, from })
    }
    return visits
  }

  const first = { keys: keysTable.idOf(firstKeys(scenario)), actors: scenario.actors.map(() => -1) }
  const open: Visit[] = [{ world: first, step: 'nothing', from: undefined }]
  const seen = new Set<string>()
  for (let visit = open.pop(); visit; visit = open.pop()) {
    const name = `${visit.world.keys}:${visit.world.actors.join()}`
    if (seen.has(name)) continue
    seen.add(name)
    const what = await faultsOf(visit.world)
    if (what.length > 0) return { worlds: seen.size, violation: { what, path: pathTo(visit) } }
    const visits = await next(visit)
    open.push(...visits)
  }
  return { worlds: seen.size, violation: undefined }
}

/** Remembers what a function of small numbers gave. Only what takes long is awaited: millions of steps are known. */
function memo<A extends readonly number[], T>(compute: (...numbers: A) => Promise<T>) {
  const known = new Map<string, T>()
  return (...numbers: A): Promise<T> | T => {
    const name = numbers.join()
    if (known.has(name)) return known.get(name) as T
    return compute(...numbers).then((value) => {
      known.set(name, value)
      return value
    })
  }
}

function actorAt({ actors }: Scenario, index: number): Actor {
  const actor = actors[index]
  if (!actor) throw new Error(`there is no actor ${index}`)
  return actor
}

function begin(actor: Actor, keys: Keys): ActorState | undefined {
  const begunWith = actor.begin(keys)
  return begunWith === undefined ? undefined : { begunWith, replies: [] }
}

const nameOf = ({ command, script, keys }: RedisCall): string =>
  `${script ? (/^-- (.*)$/m.exec(script.lua)?.[1] ?? command) : command} (${keys[0] ?? ''})`

const pathTo = ({ step, from }: Visit): readonly string[] => (from ? [...pathTo(from), step] : [])
