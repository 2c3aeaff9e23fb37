/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.source.message.Draft;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream.BLOCKSIZE;
import org.apache.kafka.connect.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xerial.snappy.SnappyOutputStream;

/**
 * How a producer or the broker compresses records. The compressed size of a record is estimated by compressing it, with the
 * same libraries, which come with Kafka's clients.
 */
public record Codec(Type type, int level) {

    private static final Logger log = LoggerFactory.getLogger(Codec.class);

    /** Nothing is compressed. */
    public static final Codec NONE = new Codec(Type.NONE, 0);

    private static final int DEFAULT_ZSTD_LEVEL = 3;

    /** How much larger the same bytes may get if they are compressed in other portions: a hundredth, and this. */
    private static final int MARGIN_BYTES = 256;

    /** The most bytes of a codec's header and trailer. */
    private static final int FRAME_BYTES = 64;

    /**
     * The codecs. A block that cannot be compressed is stored as it is, and gets a few bytes of its own. Snappy has no such
     * blocks; its format may add a byte to every 64.
     */
    enum Type {
        NONE(Integer.MAX_VALUE, 0),
        GZIP(16_000, 5),
        SNAPPY(64, 1),
        LZ4(65_536, 4),
        ZSTD(131_072, 3);

        private final int blockBytes;
        private final int addedPerBlock;

        Type(int blockBytes, int addedPerBlock) {
            this.blockBytes = blockBytes;
            this.addedPerBlock = addedPerBlock;
        }
    }

    /**
     * The codec that a producer is configured with.
     *
     * @param settings the settings of the producer
     * @return {@link #NONE} if the settings name none, because the worker's own settings cannot be known
     */
    public static Codec ofProducer(Map<String, String> settings) {
        Type type = type(settings.get("compression.type"));
        String level = settings.get("compression." + type.name().toLowerCase(Locale.ROOT) + ".level");
        return of(type, level == null ? null : Integer.valueOf(level.strip()));
    }

    /** The codec with which the broker compresses the records of a topic; {@link #NONE} for one that is not known. */
    static Codec ofTopic(TargetTopic.Compression compression) {
        return of(type(compression.type()), compression.level());
    }

    /** The level of lz4 is ignored: the fastest level is assumed, and no level makes records larger than that. */
    private static Codec of(Type type, @Nullable Integer level) {
        return switch (type) {
            case GZIP -> new Codec(type, level == null ? Deflater.DEFAULT_COMPRESSION : level);
            case ZSTD -> new Codec(type, level == null ? DEFAULT_ZSTD_LEVEL : level);
            case NONE, SNAPPY, LZ4 -> new Codec(type, 0);
        };
    }

    /**
     * The most bytes that a record takes in a batch of its own.
     *
     * @param uncompressed its uncompressed size in bytes
     */
    long sent(Draft draft, long uncompressed) {
        if (type == Type.NONE) {
            return uncompressed;
        }
        CountingStream counting = new CountingStream();
        try (OutputStream compressed = compressing(counting)) {
            write(compressed, draft.key());
            write(compressed, draft.value());
            for (Header header : draft.headers()) {
                write(compressed, header.key().getBytes(UTF_8));
                write(compressed, (byte[]) header.value());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (LinkageError e) {
            log.warn("The library of {} cannot be loaded; sizes of records are estimated uncompressed", type, e);
            return uncompressed;
        }
        return Math.min(mostSent(uncompressed), counting.count + counting.count / 100 + MARGIN_BYTES);
    }

    /**
     * The most bytes that a record takes in a batch of its own, whatever it contains. It may be larger compressed than
     * uncompressed, because each codec adds bytes of its own.
     *
     * @param uncompressed its uncompressed size in bytes
     */
    public long mostSent(long uncompressed) {
        return type == Type.NONE
                ? uncompressed
                : uncompressed + (uncompressed / type.blockBytes + 1) * type.addedPerBlock + FRAME_BYTES;
    }

    private OutputStream compressing(OutputStream out) throws IOException {
        return switch (type) {
            case NONE -> out;
            case GZIP -> new LeveledGzip(out, level);
            case SNAPPY -> new SnappyOutputStream(out);
            case LZ4 -> new LZ4FrameOutputStream(out, BLOCKSIZE.SIZE_64KB);
            case ZSTD -> new ZstdOutputStreamNoFinalizer(out, level);
        };
    }

    private static void write(OutputStream out, byte @Nullable [] bytes) throws IOException {
        if (bytes != null) {
            out.write(bytes);
        }
    }

    private static Type type(@Nullable String name) {
        if (name != null) {
            for (Type type : Type.values()) {
                if (type.name().equals(name.strip().toUpperCase(Locale.ROOT))) {
                    return type;
                }
            }
        }
        return Type.NONE;
    }

    private static final class LeveledGzip extends GZIPOutputStream {

        LeveledGzip(OutputStream out, int level) throws IOException {
            super(out);
            def.setLevel(level);
        }
    }

    private static final class CountingStream extends OutputStream {

        private long count;

        @Override
        public void write(int b) {
            count++;
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            count += length;
        }
    }
}
