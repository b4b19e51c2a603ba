import { expect, test } from 'vitest'
import { diagnoseRedis } from './diagnose-redis.ts'
import type { RedisFacts, RedisNodeFacts } from './facts.ts'
import type { Cause } from './finding.ts'

const nowMs = Date.parse('2026-11-28T10:00:00Z')
const node: RedisNodeFacts = {
  address: '127.0.0.1:6379',
  refusal: undefined,
  usedBytes: 50_000_000,
  maxBytes: 0,
  mayHaveLostWrites: false,
}
const healthy: RedisFacts = {
  url: 'redis://127.0.0.1:6379',
  error: undefined,
  nodes: [node],
  frozen: undefined,
  backlogSeconds: undefined,
  nowMs,
}
const refusing = (refusal: string, change: Partial<RedisNodeFacts> = {}): Partial<RedisFacts> => ({
  nodes: [{ ...node, refusal, ...change }],
})

const cases: readonly (readonly [cause: Cause, change: Partial<RedisFacts>, what: string, fix: string])[] = [
  ['redis-unreachable', { error: 'no answer in 5 s', nodes: [] }, 'no answer in 5 s', 'REDIS_URL'],
  ['redis-refuses-writes', refusing('MISCONF Redis is configured to save RDB'), 'MISCONF', 'disk'],
  [
    'redis-refuses-writes',
    refusing("OOM command not allowed when used memory > 'maxmemory'.", { maxBytes: 50_000_000 }),
    '50 MB of 50 MB',
    'CONFIG SET maxmemory',
  ],
  [
    'redis-refuses-writes',
    refusing("READONLY You can't write against a read only replica."),
    'READONLY',
    'primary',
  ],
  [
    'redis-refuses-writes',
    refusing('NOREPLICAS Not enough good replicas to write.'),
    'NOREPLICAS',
    'replicas',
  ],
  ['redis-refuses-writes', refusing('LOADING Redis is loading the dataset in memory'), 'LOADING', 'Wait'],
  ['redis-refuses-writes', refusing('NOPERM no'), 'NOPERM', '127.0.0.1:6379'],
  [
    'frozen',
    { frozen: String(nowMs - 600_000) },
    'The shop is frozen since 2026-11-28T09:50:00Z (10 min)',
    'npm run reconcile -- --thaw',
  ],
  // Set by an older version, which wrote no time.
  ['frozen', { frozen: '1' }, 'The shop is frozen: ', 'npm run reconcile -- --thaw'],
  ['outbox-full', { backlogSeconds: 312 }, 'for 312 s', 'by themselves'],
]

test.for(cases)('names the cause %s: %j', ([cause, change, what, fix]) => {
  const findings = diagnoseRedis({ ...healthy, ...change })
  expect(findings).toHaveLength(1)
  expect(findings[0]).toMatchObject({ cause, what: expect.stringContaining(what) as unknown })
  expect([findings[0]?.fix, ...(findings[0]?.commands ?? [])].join('\n')).toContain(fix)
})

test('finds nothing where nothing is in the way', () => {
  expect(diagnoseRedis(healthy)).toEqual([])
})
