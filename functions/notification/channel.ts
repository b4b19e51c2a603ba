export interface Message {
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** What sending one message may take, from the name look-up to the last answer. */
export const SEND_BUDGET_MS = 5_000

/** What became of one message. `NOT_SENT`: it surely was not sent. `UNKNOWN`: it may have been. */
export type SendResult =
  | { readonly outcome: 'SENT' }
  | { readonly outcome: 'NOT_SENT' | 'REFUSED' | 'UNKNOWN'; readonly reason: string }

/** Sends one message within `SEND_BUDGET_MS`. `key` is the same for every attempt at the same notification. */
export type Send = (key: string, message: Message) => Promise<SendResult>

/** A way to reach customers. */
export interface Channel {
  readonly name: string
  /** Whether the other side drops a second message with the same key. If not, an unknown outcome is never sent again. */
  readonly idempotent: boolean
  /**
   * Waits until a message can go out at once, then runs `use`, and keeps the place for it until it has ended. So what `use`
   * does before and after it sends is under way for no more messages than can go out at once.
   */
  readonly whenFree: <T>(use: (send: Send) => Promise<T>) => Promise<T>
}
