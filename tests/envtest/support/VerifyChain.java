// SPDX-License-Identifier: Apache-2.0
// Judges a server's chain by Java's own trust manager: usage: VerifyChain.java CHAIN ANCHORS HOST.
import java.io.FileInputStream;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

class VerifyChain {
    static X509Certificate[] read(String file) throws Exception {
        try (var in = new FileInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in).toArray(new X509Certificate[0]);
        }
    }

    static boolean names(X509Certificate leaf, String host) throws Exception {
        return leaf.getSubjectAlternativeNames().stream().anyMatch(name -> host.equals(name.get(1)));
    }

    public static void main(String[] args) throws Exception {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (var anchor : read(args[1])) store.setCertificateEntry(anchor.getSerialNumber().toString(), anchor);
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        var chain = read(args[0]);
        ((X509TrustManager) factory.getTrustManagers()[0]).checkServerTrusted(chain, "UNKNOWN");
        if (!names(chain[0], args[2])) throw new Exception("not valid for " + args[2]);
    }
}
