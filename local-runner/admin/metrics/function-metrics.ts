import { Counter, Gauge, Histogram, type Registry } from '@prometheus-io/client'
import { isMappingEvent } from '../../journal/events.ts'
import type { JournalEntry } from '../../journal/journal.ts'

const DURATION_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30]

/** Metrics of invocations, environments and HTTP requests. @returns the reader of the journal that counts them */
export function createFunctionMetrics(registry: Registry): (entry: JournalEntry) => void {
  const registers = [registry]
  const invocations = new Counter({
    name: 'function_invocations_total',
    help: 'Invocations by what asked for them and how they ended',
    labelNames: ['function', 'source', 'outcome'],
    registers,
  })
  const duration = new Histogram({
    name: 'function_duration_seconds',
    help: 'Duration of invocations, without init',
    labelNames: ['function'],
    buckets: DURATION_BUCKETS_SECONDS,
    registers,
  })
  const inits = new Counter({
    name: 'function_inits_total',
    help: 'Execution environments initialized (cold starts), by outcome',
    labelNames: ['function', 'outcome'],
    registers,
  })
  const environments = new Gauge({
    name: 'function_environments',
    help: 'Execution environments that are there',
    labelNames: ['function'],
    registers,
  })
  const requests = new Counter({
    name: 'http_requests_total',
    help: "Requests to the functions' ports, by status",
    labelNames: ['function', 'method', 'status'],
    registers,
  })
  const requestDuration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'From the request to the end of the answer',
    labelNames: ['function'],
    buckets: DURATION_BUCKETS_SECONDS,
    registers,
  })
  return (entry) => {
    if (isMappingEvent(entry)) return
    switch (entry.name) {
      case 'invocation.finished': {
        const { functionName, source, outcome, durationMs } = entry
        invocations.inc({ function: functionName, source: String(source), outcome })
        return duration.observe({ function: functionName }, durationMs / 1000)
      }
      case 'environment.starting':
        return environments.inc({ function: entry.functionName })
      case 'environment.ended':
        return environments.dec({ function: entry.functionName })
      case 'environment.init':
        return inits.inc({ function: entry.functionName, outcome: entry.outcome })
      case 'http.answered': {
        const { functionName, method, statusCode, durationMs } = entry
        requests.inc({ function: functionName, method, status: String(statusCode) })
        return requestDuration.observe({ function: functionName }, durationMs / 1000)
      }
      case 'http.invalid-answer':
      case 'authorizer.failed':
      case 'invocation.started':
      case 'log':
      case 'build.finished':
      case 'build.failed':
      case 'build.recovered':
      case 'spare.ready':
      case 'asynchronous.finished':
      case 'asynchronous.delivered':
      case 'asynchronous.dead-lettered':
      case 'asynchronous.undelivered':
      case 'asynchronous.undone':
      case 'kafka.client':
        return
      default:
        return entry satisfies never
    }
  }
}
