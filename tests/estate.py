# SPDX-License-Identifier: Apache-2.0
"""The least that is worth issuing, for tests of the program over a folder of manifests."""

MANIFEST = """
apiVersion: stackseal.io/v1alpha1
kind: Issuer
metadata: {name: root}
spec: {authority: {commonName: Root}}
---
apiVersion: stackseal.io/v1alpha1
kind: Certificate
metadata: {name: api}
spec: {secretName: api-tls, dnsNames: [api.example.com], issuerRef: {name: root}}
"""
