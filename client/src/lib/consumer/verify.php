<?php

declare(strict_types=1);

/**
 * The event of a delivery, or an exception. $body is the raw text: verify first, parse afterwards.
 *
 * @param array<string, string> $headers by lower-case name
 */
function verify(string $body, array $headers, string $secret): mixed
{
    $id = $headers['webhook-id'] ?? '';
    $timestamp = $headers['webhook-timestamp'] ?? '';
    if ($id === '' || !ctype_digit($timestamp) || abs(time() - (int) $timestamp) > 300) {
        throw new RuntimeException('Not a fresh delivery.');
    }

    $key = base64_decode(preg_replace('/^whsec_/', '', $secret), true);
    if ($key === false || $key === '') {
        throw new RuntimeException('The secret is not one of this hub.');
    }
    $expected = base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));

    // One signature for each key that holds, so that keys can change without a gap.
    foreach (explode(' ', $headers['webhook-signature'] ?? '') as $signature) {
        [$version, $given] = explode(',', $signature, 2) + ['', ''];
        if ($version === 'v1' && hash_equals($expected, $given)) {
            return json_decode($body, true, 512, JSON_THROW_ON_ERROR);
        }
    }
    throw new RuntimeException('The signature does not fit.');
}

// In a script of its own:
//   $headers = array_change_key_case(getallheaders());
//   $event = verify(file_get_contents('php://input'), $headers, getenv('WEBHOOK_SECRET'));
//   if (!seen_before($headers['webhook-id'])) {
//       enqueue($event); // answer at once, work afterwards
//   }
//   http_response_code(204);
