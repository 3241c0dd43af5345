package io.rustcdc.source;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** Tells whether a private and a public key are two halves: what one signs, the other must verify. */
final class KeyPairCheck {

    private static final byte[] PROBE = {1, 2, 3, 4};

    private KeyPairCheck() {}

    static boolean belongTogether(PrivateKey key, PublicKey published) throws GeneralSecurityException {
        if (!key.getAlgorithm().equals(published.getAlgorithm())) {
            return false;
        }
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        Signature signing = Signature.getInstance(algorithm);
        signing.initSign(key);
        signing.update(PROBE);
        byte[] signature = signing.sign();
        Signature verifying = Signature.getInstance(algorithm);
        verifying.initVerify(published);
        verifying.update(PROBE);
        return verifies(verifying, signature);
    }

    /** A signature of another length than the key's is refused with an exception instead of an answer. */
    private static boolean verifies(Signature verifying, byte[] signature) {
        try {
            return verifying.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
