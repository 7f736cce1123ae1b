package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Verify returns the body of a genuine delivery. It reads the raw bytes: verify first, parse afterwards.
func Verify(r *http.Request, secret string) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	id, timestamp := r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if id == "" || err != nil || time.Since(time.Unix(seconds, 0)).Abs() > 5*time.Minute {
		return nil, errors.New("not a fresh delivery")
	}

	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	expected := mac.Sum(nil)

	// One signature for each key that holds, so that keys can change without a gap.
	for _, signature := range strings.Fields(r.Header.Get("webhook-signature")) {
		version, text, _ := strings.Cut(signature, ",")
		given, err := base64.StdEncoding.DecodeString(text)
		if version == "v1" && err == nil && hmac.Equal(given, expected) {
			return body, nil
		}
	}
	return nil, errors.New("the signature does not fit")
}

// In a handler:
//   body, err := webhook.Verify(r, os.Getenv("WEBHOOK_SECRET"))
//   if err != nil { http.Error(w, "", http.StatusUnauthorized); return }
//   if !seenBefore(r.Header.Get("webhook-id")) { queue(body) } // answer at once, work afterwards
//   w.WriteHeader(http.StatusNoContent)
