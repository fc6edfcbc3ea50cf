// Reads deliveries as JSON, one in a line, and prints for each which of the ways to verify it, as docs/notifications.md has them, say that it is genuine.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
)

type delivery struct {
	Headers        map[string]string
	Body           string
	Secret         string
	StandardSecret string
	PublicKey      string
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var arrived delivery
		if err := json.Unmarshal(lines.Bytes(), &arrived); err != nil {
			panic(err)
		}
		header := http.Header{}
		for name, value := range arrived.Headers {
			header.Set(name, value)
		}
		body := []byte(arrived.Body)
		var genuine []string
		if verifyStandardWebhook(body, header, arrived.StandardSecret) {
			genuine = append(genuine, "standard")
		}
		if verifyWebhookSignature(body, header.Get("X-Webhook-Signature"), arrived.Secret) {
			genuine = append(genuine, "raw")
		}
		if verifyWithPublicKey(body, header, arrived.PublicKey) {
			genuine = append(genuine, "public key")
		}
		fmt.Println(strings.Join(genuine, ","))
	}
	if err := lines.Err(); err != nil {
		panic(err)
	}
}
