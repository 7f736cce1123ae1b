/** How a consumer receives deliveries. */
export const guide = {
  title: 'Receive deliveries',
  lead: 'What the hub sends, how to prove it is genuine, and what your answer means.',
  steps: {
    title: 'In short',
    verify: 'Verify the raw body with your secret before you parse it.',
    answer: 'Answer 2xx within 10 seconds. Put the work in a queue and do it afterwards.',
    once: 'Remember webhook-id. The same one may come again; do the work only once.',
  },
  verify: {
    title: 'Verify',
    language: 'Language',
    text: 'These are whole files without dependencies. The headers and the signature follow Standard Webhooks, so its libraries work as well.',
    copy: 'Copy the code',
    ed25519:
      'With a key pair the signature begins with v1a and is checked against the public key (whpk_…) with ed25519, over the same text: id, full stop, timestamp, full stop, body.',
  },
  headers: {
    title: 'Headers',
    name: 'Header',
    meaning: 'What it says',
    id: 'Id of the event. It stays the same at every try and replay: know repeated ones by it.',
    timestamp: 'When this try was signed, in seconds since 1970. Refuse what is older than five minutes.',
    signature: 'One signature for each key that holds, separated by spaces. One that fits is enough.',
    type: 'The body is JSON in UTF-8.',
  },
  answers: {
    title: 'What your answer means',
    answer: 'Answer',
    effect: 'What the hub does',
    success: 'Delivered. The body of the answer is kept for you to read, up to 4 kB.',
    redirect: 'Counts as a failure. Redirects are never followed: change the address instead.',
    gone: 'Turns the endpoint off at once and tells the operators. Use it when nobody wants these events any more.',
    tooMany:
      'With Retry-After the whole endpoint waits so long, a day at most; a 429 without it waits ten seconds. Neither counts against the endpoint.',
    slow: 'Tries again and sends more slowly for a while.',
    other: 'Tries again by the plan. With Retry-After never earlier than it says.',
    silence: 'no answer in 10 seconds',
  },
  retries: {
    title: 'When it fails',
    try: 'Try',
    wait: 'After',
    text: 'Each wait is made a little longer by chance, so that many deliveries do not return at once. After the last try the delivery is a dead letter: it is kept and can be replayed.',
    breaker:
      'An endpoint that keeps failing is given a rest. Its events wait in order, one of them tries from time to time, and when it answers they go out oldest first at a growing pace.',
  },
  order: {
    title: 'Order and repetition',
    duplicates:
      'Every event arrives at least once. After a cut or a replay the same event can arrive twice, with the same webhook-id.',
    order:
      'Events may overtake each other. Compare occurredAt, or turn on strict order: then events about the same thing arrive one after the other.',
    keys: 'When a signing key changes, the old and the new one both sign until the overlap ends. Add the new secret, then remove the old one.',
  },
} as const
