import { setTimeout as delay } from 'node:timers/promises'
import type { FaultStack } from '../testing/fault-stack.ts'
import type { RedisNode } from '../testing/redis-cluster.ts'
import type { RestartableServer } from '../testing/restartable-server.ts'
import type { KafkaLog } from './evidence/kafka-log.ts'
import type { ForeignProducer } from './foreign-producer.ts'
import { createRandom, type Random } from './random.ts'
import type { Runners } from './runners.ts'

export interface Fault {
  readonly kind:
    | 'kill'
    | 'pause'
    | 'cut'
    | 'slow'
    | 'swallow'
    | 'break'
    | 'rewind'
    | 'redrive'
    | 'hostile'
    | 'transactions'
    | 'clock'
  readonly target: string
  /** Epoch ms. */
  readonly at: number
  /** From the fault until all has recovered. */
  readonly tookMs: number
}

export interface RunNemesisDeps {
  readonly seed: number
  readonly stack: Pick<FaultStack, 'kafka' | 'redis'>
  readonly runners: Runners
  readonly redrive: KafkaLog['redrive']
  readonly foreign: ForeignProducer
  /** Epoch ms when the last fault may begin. */
  readonly endsAt: number
  readonly note: (fault: Fault) => void
}

/** Injects faults until `endsAt`. Every fault has ended before this resolves. */
export async function runNemesis({
  seed,
  stack,
  runners,
  redrive,
  foreign,
  endsAt,
  note,
}: RunNemesisDeps): Promise<void> {
  const [first, ...others] = stack.redis.nodes
  if (!first) throw new Error('There is no Redis node to break.')
  const nodes: readonly [RedisNode, ...RedisNode[]] = [first, ...others]

  async function inflict(kind: Fault['kind'], target: string, work: () => Promise<unknown>): Promise<void> {
    const at = Date.now()
    await work()
    note({ kind, target, at, tookMs: Date.now() - at })
  }

  const faults = {
    redis: async (random: Random) => {
      await rest(random, 1500, 4000)
      const node = random.pick(nodes)
      if (random.chance(0.85)) await inflict('kill', node.name, () => killFor(node, random.between(50, 1000)))
      else await inflict('pause', node.name, () => pauseFor(node, random.between(300, 4000)))
    },
    link: async (random: Random) => {
      await rest(random, 1000, 4000)
      const { name, link } = random.pick(nodes)
      const kind = random.pick(['cut', 'slow', 'swallow', 'break'])
      await inflict(kind, `line to ${name}`, () => spoil(kind, link, random))
    },
    kafka: async (random: Random) => {
      await rest(random, 6000, 15_000)
      const [isKill, downMs, pausedMs] = [
        random.chance(0.5),
        random.between(0, 3000),
        random.between(1000, 8000),
      ]
      await withKafka(() =>
        isKill
          ? inflict('kill', 'kafka', () => killFor(stack.kafka, downMs))
          : inflict('pause', 'kafka', () => pauseFor(stack.kafka, pausedMs)),
      )
    },
    log: async (random: Random) => {
      await rest(random, 5000, 12_000)
      await withKafka(() => inflict('redrive', 'log', () => redrive(() => random.chance(0.3))))
    },
    foreign: async (random: Random) => {
      await rest(random, 3000, 8000)
      const [kind, work] = random.pick([
        ['hostile', foreign.sendHostile],
        ['transactions', foreign.sendTransactions],
      ])
      await withKafka(() => inflict(kind, 'log', () => work(random)))
    },
    clock: async (random: Random) => {
      await rest(random, 3000, 9000)
      const name = random.pick(runners.names)
      const [offsetMs, wrongMs] = [
        random.pick([-60_000, -30_000, 30_000, 60_000]),
        random.between(1000, 6000),
      ]
      await inflict('clock', `${name} by ${offsetMs / 1000} s`, async () => {
        runners.setClock(name, offsetMs)
        await delay(wrongMs)
        runners.setClock(name, 0)
      })
    },
    runner: async (random: Random) => {
      await rest(random, 2000, 7000)
      const name = random.pick(runners.names)
      const kind = random.next()
      if (kind < 0.5) await inflict('kill', name, () => runners.killFor(name, random.between(0, 1500)))
      // Often longer than a lease, so that a request resumes after others have taken over.
      else if (kind < 0.93)
        await inflict('pause', name, () => runners.pauseFor(name, random.between(500, 14_000)))
      else await withKafka(() => inflict('rewind', 'all groups', runners.rewind))
    },
  }

  // One fault of Kafka at a time: while it is dead, groups keep members until their sessions end.
  let kafkaFree: Promise<unknown> = Promise.resolve()
  const withKafka = (work: () => Promise<void>): Promise<void> => {
    const turn = kafkaFree.then(work)
    kafkaFree = turn.catch(() => undefined)
    return turn
  }
  const rest = (random: Random, fromMs: number, toMs: number) =>
    delay(Math.max(0, Math.min(random.between(fromMs, toMs), endsAt - Date.now())))

  const loops = Object.entries(faults).map(async ([name, fault]) => {
    const random = createRandom(`${seed}:nemesis:${name}`)
    while (Date.now() < endsAt) await fault(random)
  })
  // Even when one fails, the others end their faults first.
  await Promise.allSettled(loops)
  await Promise.all(loops)
}

async function killFor({ kill, restart }: RestartableServer, downMs: number): Promise<void> {
  await kill()
  await delay(downMs)
  await restart()
}

async function pauseFor({ pause, resume }: RestartableServer, pausedMs: number): Promise<void> {
  pause()
  await delay(pausedMs)
  resume()
}

async function spoil(kind: 'cut' | 'slow' | 'swallow' | 'break', link: RedisNode['link'], random: Random) {
  switch (kind) {
    case 'cut':
      await link.cut()
      await delay(random.between(200, 2500))
      return link.restore()
    case 'slow':
      link.slow(random.between(50, 600))
      await delay(random.between(1000, 4000))
      return link.slow(0)
    case 'swallow':
      link.swallowAnswers()
      await delay(random.between(300, 2000))
      return link.breakConnections()
    case 'break':
      return link.breakConnections()
  }
}
