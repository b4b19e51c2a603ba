import type { RedisFacts, RedisNodeFacts } from './facts.ts'
import type { Finding } from './finding.ts'
import { megabytes, quoted, sinceText } from './texts.ts'

/** Why the functions cannot write to Redis, or will not. */
export function diagnoseRedis({
  url,
  error,
  nodes,
  frozen,
  backlogSeconds,
  nowMs,
}: RedisFacts): readonly Finding[] {
  if (error !== undefined) {
    return [
      {
        cause: 'redis-unreachable',
        what: `Redis does not answer at ${url}: ${quoted(error)}`,
        fix: 'Start it (npm start does), resume it if it is paused, or set REDIS_URL to where it is.',
      },
    ]
  }
  const findings = nodes.flatMap(toRefusal)
  if (frozen !== undefined) {
    findings.push({
      cause: 'frozen',
      what: `The shop is frozen${sinceText(/^\d{13}$/.test(frozen) ? Number(frozen) : undefined, nowMs)}: new orders, cancellations and changes of stock are answered 503 while a reconcile rebuilds Redis`,
      fix: 'Wait for the reconcile if one runs. If it has ended without reopening the shop, run it again, or reopen the shop as it is:',
      commands: ['npm run reconcile', 'npm run reconcile -- --thaw'],
    })
  }
  if (backlogSeconds !== undefined) {
    findings.push({
      cause: 'outbox-full',
      what: `Kafka has taken no events of orders for ${backlogSeconds} s, so new orders are refused (503 outbox_too_old)`,
      fix: 'Let Kafka take records again: the events are then published by themselves, and orders taken.',
    })
  }
  return findings
}

function toRefusal(node: RedisNodeFacts): Finding[] {
  if (node.refusal === undefined) return []
  const use = node.maxBytes > 0 ? `. It uses ${megabytes(node.usedBytes)} of ${megabytes(node.maxBytes)}` : ''
  return [
    {
      cause: 'redis-refuses-writes',
      what: `Redis on ${node.address} refuses writes: ${quoted(node.refusal).replace(/\.$/, '')}${use}`,
      ...refusalFix(node),
    },
  ]
}

function refusalFix({ refusal = '', address, usedBytes }: RedisNodeFacts): Pick<Finding, 'fix' | 'commands'> {
  const [host = '', port = ''] = address.split(/:(?=\d+$)/)
  const cli = `redis-cli -h ${host} -p ${port}`
  const [code = ''] = refusal.split(' ')
  switch (code) {
    case 'MISCONF':
      return {
        fix: 'It cannot save to its disk: free space there, and see that it may write. It takes writes again after the next save:',
        commands: [`${cli} CONFIG GET dir`, `${cli} BGSAVE`],
      }
    case 'OOM':
      return {
        fix: 'Give it more memory; never an eviction policy, because every key counts:',
        commands: [`${cli} CONFIG SET maxmemory ${2 * usedBytes}`],
      }
    case 'READONLY':
      return { fix: 'It is a replica: set REDIS_URL to its primary.' }
    case 'NOREPLICAS':
      return { fix: 'Start its replicas, or lower min-replicas-to-write.' }
    case 'LOADING':
      return { fix: 'Wait: it reads its data after a start.' }
    default:
      return { fix: `Look at the log and the settings of Redis on ${address}.` }
  }
}
