// SPDX-License-Identifier: Apache-2.0
// Judges a server's chain by Go's crypto/x509: usage: verifychain CHAIN ANCHORS HOST.
package main

import (
	"crypto/x509"
	"encoding/pem"
	"log"
	"os"
)

func pool(data []byte) *x509.CertPool {
	certificates := x509.NewCertPool()
	certificates.AppendCertsFromPEM(data)
	return certificates
}

func read(file string) []byte {
	data, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	return data
}

func main() {
	chain := read(os.Args[1])
	block, rest := pem.Decode(chain)
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		log.Fatal(err)
	}
	_, err = leaf.Verify(x509.VerifyOptions{DNSName: os.Args[3], Roots: pool(read(os.Args[2])), Intermediates: pool(rest)})
	if err != nil {
		log.Fatal(err)
	}
}
